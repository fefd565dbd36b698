//! `equipoise-check FILE...`: exit 0 if every certificate is accepted, 1 if one is rejected, 2 if one cannot be read.

use std::process::ExitCode;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() || files[0].starts_with('-') {
        eprintln!("usage: equipoise-check FILE...   accept or reject equipoise certificates");
        return ExitCode::from(2);
    }
    let worst = files.iter().map(|file| answer(file, files.len() == 1)).max();
    ExitCode::from(worst.unwrap_or(0))
}

/// Prints the verdict on one file: the statement in words if it is the only one, else a line.
fn answer(file: &str, alone: bool) -> u8 {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            eprintln!("{file}: {fault}");
            return 2;
        }
    };
    match equipoise_check::check(&bytes) {
        Ok(accepted) if alone => println!("{}", accepted.words()),
        Ok(accepted) => println!("{file}: accepted, {} boxes", accepted.boxes()),
        Err(fault) => {
            println!("{file}: rejected: {fault}");
            return 1;
        }
    }
    0
}
