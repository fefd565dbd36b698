//! `equipoise-check FILE... [--question Q]`: exit 0 if every certificate is accepted, 1 if one is rejected, 2 if one cannot be read.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let asked = match files.iter().position(|word| word == "--question") {
        Some(n) if n + 1 < files.len() => files.drain(n..n + 2).last(),
        _ => None,
    };
    if files.is_empty() || files.iter().any(|word| word.starts_with('-')) {
        eprintln!("usage: equipoise-check FILE... [--question Q]   accept or reject equipoise certificates, as answers to a question file");
        return ExitCode::from(2);
    }
    let asked = match asked.map(std::fs::read) {
        None => None,
        Some(Ok(bytes)) => Some(bytes),
        Some(Err(fault)) => {
            eprintln!("the question file: {fault}");
            return ExitCode::from(2);
        }
    };
    let worst = files.iter().map(|file| answer(file, asked.as_deref(), files.len() == 1)).max();
    ExitCode::from(worst.unwrap_or(0))
}

/// Prints the verdict on one file: the statement in words if it is the only one, else a line.
fn answer(file: &str, asked: Option<&[u8]>, alone: bool) -> u8 {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            eprintln!("{file}: {fault}");
            return 2;
        }
    };
    match equipoise_check::check(&bytes, asked) {
        Ok(accepted) if alone => println!("{}", accepted.words()),
        Ok(accepted) => println!("{file}: accepted, {} boxes", accepted.boxes()),
        Err(fault) => {
            println!("{file}: rejected: {fault}");
            return 1;
        }
    }
    0
}
