//! A checker of equipoise certificates, written from the specification (docs/certificate.md) and nothing else of the project.
//!
//! Its arithmetic is doubles rounded outwards. Given a question file, it also compares the claim with it (section 7, in plain doubles, far
//! within the tolerances there); without one its answer says that nothing was compared.

mod arc;
mod chase;
mod circular;
mod compare;
mod decimal;
mod flown;
mod inequality;
mod interval;
mod json;
mod question;
mod reading;
mod real;
mod region;
mod sha256;
mod statement;
mod tree;
#[cfg(target_arch = "wasm32")]
mod wasm;
mod words;

use json::Value;
use reading::Field;
use statement::Statement;
use tree::Count;

/// An accepted certificate.
pub struct Accepted {
    statement: Statement,
    count: Count,
    compared: bool,
}

/// The certificate's claim if the evidence carries it, else the first reason why not.
///
/// With `asked`, the bytes of a question file, the statement must be the one that this asks for.
pub fn check(bytes: &[u8], asked: Option<&[u8]>) -> Result<Accepted, String> {
    check_telling(bytes, asked, &mut |_| ())
}

/// The same; `tell` is given the number of boxes judged now and then.
pub fn check_telling(bytes: &[u8], asked: Option<&[u8]>, tell: &mut dyn FnMut(u64)) -> Result<Accepted, String> {
    let file = json::parse(bytes)?;
    let top = Field::top(&file);
    top.table(["format", "statement", "trees", "sha256"], |[format, statement, trees, digest]| {
        format.exactly("equipoise-certificate-3")?;
        digest.exactly(&digest_of(&file))?;
        let written = statement.value();
        let statement = statement::read(statement)?;
        if let Some(asked) = asked {
            compare_with(asked, &statement, written).map_err(|fault| format!("question: {fault}"))?;
        }
        let count = check_trees(trees, &statement, tell)?;
        if count.chased == 0 {
            return Err("trees: the claim is vacuous, no leaf needed the inequality".to_string());
        }
        Ok(Accepted { statement, count, compared: asked.is_some() })
    })
}

fn compare_with(asked: &[u8], statement: &Statement, written: &Value) -> Result<(), String> {
    let asked = json::parse(asked)?;
    let question = question::read(Field::top(&asked))?;
    let mut bytes = Vec::new();
    json::canonical(&asked, &mut bytes);
    compare::compare(statement, written, &question, &asked, &sha256::hexadecimal(&bytes))
}

/// The hash of the canonical bytes of the file's table without `sha256`.
fn digest_of(file: &Value) -> String {
    let mut bytes = Vec::new();
    if let Value::Table(entries) = file {
        let rest = entries.iter().filter(|(key, _)| key != "sha256").cloned().collect();
        json::canonical(&Value::Table(rest), &mut bytes);
    }
    sha256::hexadecimal(&bytes)
}

fn check_trees(trees: Field, statement: &Statement, tell: &mut dyn FnMut(u64)) -> Result<Count, String> {
    let mut count = Count::default();
    counted(trees, &statement.threats, |threat, trees| {
        counted(trees, &threat.cells, |cell, trees| {
            counted(trees, &statement.within, |within, tree| {
                count = tree::check(tree.string()?, within, cell, threat, statement, count, tell).or_else(|fault| tree.fault(&fault))?;
                Ok(())
            })
        })
    })?;
    Ok(count)
}

/// Calls `each` with every part and its field; there must be as many fields as parts.
fn counted<T>(field: Field, parts: &[T], mut each: impl FnMut(&T, Field) -> Result<(), String>) -> Result<(), String> {
    let mut rest = parts.iter();
    field.list(|f| match rest.next() {
        Some(part) => each(part, f),
        None => f.fault("one tree too many"),
    })?;
    match rest.next() {
        Some(_) => field.expected(&format!("{} items", parts.len())),
        None => Ok(()),
    }
}

impl Accepted {
    /// How many boxes were judged.
    pub fn boxes(&self) -> u64 {
        self.count.leaves
    }

    /// The claim in words, with what it does not say.
    pub fn words(&self) -> String {
        words::of(&self.statement, self.count.leaves, self.compared)
    }
}
