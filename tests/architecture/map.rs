//! The map in ARCHITECTURE.md: every file of `src` and of the Godot part is on it, and nothing else is.

use std::collections::BTreeSet;

use crate::source::{Source, find_word};

/// What the map covers.
const FOLDERS: [&str; 4] = ["src", "godot/src", "godot/addons/framewire", "godot/package"];
/// The kinds of files that it names.
const EXTENSIONS: [&str; 3] = ["rs", "gd", "py"];

/// Whether the map must name `source`.
pub fn belongs_on_it(source: &Source) -> bool {
    let is_mapped = FOLDERS.iter().any(|folder| source.is_in(folder));
    is_mapped && source.has_extension(&EXTENSIONS) && !source.path.ends_with("_tests.rs")
}

/// What the map in `text` lacks of `files`, and what it names beside them.
pub fn differences(text: &str, files: &[String]) -> Vec<String> {
    let there: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let named = named(text);
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let lacking = there.difference(&named).map(|path| format!("ARCHITECTURE.md: the map lacks {path}"));
    let made_up = named.difference(&there).map(|path| format!("ARCHITECTURE.md: there is no {path}"));
    lacking.chain(made_up).collect()
}

/// Paths in the tables of the map: a heading of the third rank names the folder, first cells name the files.
fn named(text: &str) -> Vec<String> {
    let mut folder = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            let name = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`'));
            let is_mapped = |name: &&str| {
                FOLDERS.iter().any(|root| name.trim_end_matches('/') == *root || name.starts_with(&format!("{root}/")))
            };
            folder = name.filter(is_mapped).unwrap_or_default();
        } else if !folder.is_empty() {
            let cell = line.strip_prefix('|').and_then(|rest| rest.split('|').next()).unwrap_or_default();
            let files = cell.split('`').skip(1).step_by(2).filter(|word| {
                EXTENSIONS.iter().any(|extension| word.strip_suffix(extension).is_some_and(|name| name.ends_with('.')))
            });
            found.extend(files.map(|file| format!("{folder}{file}")));
        }
    }
    found
}

/// Functions that `text` names as `Type::function` and no file of `sources` has.
pub fn unknown_functions(text: &str, sources: &[Source]) -> Vec<String> {
    let pairs = text.split('`').skip(1).step_by(2).filter_map(|word| word.split_once("::"));
    let functions = pairs.filter(|(owner, _)| owner.starts_with(|c: char| c.is_ascii_uppercase()));
    let is_there = |owner: &str, name: &str| {
        let heads = [format!("fn {name}("), format!("fn {name}<")];
        let has_both = |source: &Source| {
            heads.iter().any(|head| source.text.contains(head)) && find_word(&source.text, owner).next().is_some()
        };
        sources.iter().any(has_both)
    };
    let unknown = functions.filter(|(owner, name)| !is_there(owner, name));
    unknown.map(|(owner, name)| format!("ARCHITECTURE.md: there is no {owner}::{name}")).collect()
}
