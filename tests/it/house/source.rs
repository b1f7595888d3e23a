//! One Rust source as far as the rules need it: comments and texts blanked, the rest as words.
//! Must never complain itself: it says what stands where, the rules judge.

use super::blank::blank;

/// A source file under `src/`.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path below `src/`, with forward slashes.
    pub path: String,
    /// Module path in the crate; empty for `lib.rs`.
    pub module: Vec<String>,
    /// The text as it is.
    pub text: String,
    /// The words of its code.
    pub words: Vec<Word>,
    /// Paths it names, in `use` or in place.
    pub references: Vec<Reference>,
    /// Functions with a body.
    pub functions: Vec<Function>,
    /// Modules that it declares for tests only.
    pub test_modules: Vec<String>,
}

/// One word of code: a name or number, `::`, or a single sign.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub text: String,
    pub line: usize,
    /// True inside code that is built for tests only.
    pub test: bool,
}

/// A path that the code names.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// Its segments; `*` for a glob.
    pub path: Vec<String>,
    pub line: usize,
    /// The module it stands in, inline ones included.
    pub scope: Vec<String>,
    pub test: bool,
    /// True in a `use`.
    pub import: bool,
    /// True in a `pub use`.
    pub public: bool,
}

/// A function with a body.
#[derive(Debug)]
pub(crate) struct Function {
    pub name: String,
    pub line: usize,
    /// Lines from the signature to the closing brace.
    pub lines: usize,
}

impl Source {
    /// Reads a source; `path` lies below `src/`.
    pub(crate) fn read(path: &str, text: &str) -> Self {
        let module = module_of(path);
        let words = split(&blank(text));
        let mut source = Self {
            path: path.to_owned(),
            module,
            text: text.to_owned(),
            words,
            references: Vec::new(),
            functions: Vec::new(),
            test_modules: Vec::new(),
        };
        Walk::over(&mut source);
        source.functions = functions(&source.words);
        source
    }
    /// The room it belongs to: the first segment of its module path, or `lib`.
    pub(crate) fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }
    /// The `//!` lines it opens with, joined.
    pub(crate) fn header(&self) -> String {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// `desk/mod.rs` is `desk`, `desk/view.rs` is `desk::view`, `lib.rs` is the root.
fn module_of(path: &str) -> Vec<String> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
        module.pop();
    }
    module
}

fn split(code: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if is_name(first) {
                rest.find(|sign| !is_name(sign)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let text = rest[..length].to_owned();
            words.push(Word { text, line: index + 1, test: false });
            rest = rest[length..].trim_start();
        }
    }
    words
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// A walk over the words that knows in which inline module it stands, and whether in a test.
struct Walk {
    scope: Vec<String>,
    braces: Vec<Brace>,
    /// An attribute said that the next item is for tests.
    test_next: bool,
    /// A `mod name` was read whose brace is still to come.
    module_next: Option<String>,
}

struct Brace {
    test: bool,
    is_module: bool,
}

impl Walk {
    fn over(source: &mut Source) {
        let mut walk = Self {
            scope: source.module.clone(),
            braces: Vec::new(),
            test_next: false,
            module_next: None,
        };
        let mut at = 0;
        while at < source.words.len() {
            source.words[at].test = walk.in_test();
            at = walk.step(source, at);
        }
    }

    fn in_test(&self) -> bool {
        self.test_next || self.braces.last().is_some_and(|brace| brace.test)
    }

    /// Takes in the word at `at`; says where the next one is.
    fn step(&mut self, source: &mut Source, at: usize) -> usize {
        let text = |offset: usize| source.words.get(at + offset).map_or("", |word| &word.text);
        match text(0) {
            "#" if is_test_attribute(&source.words[at..]) => self.test_next = true,
            "mod" if text(2) == "{" => self.module_next = Some(text(1).to_owned()),
            "mod" if text(2) == ";" && self.in_test() => {
                source.test_modules.push(text(1).to_owned());
            }
            "{" => {
                let module = self.module_next.take();
                self.braces.push(Brace { test: self.in_test(), is_module: module.is_some() });
                self.scope.extend(module);
                self.test_next = false;
            }
            "}" => {
                if self.braces.pop().is_some_and(|brace| brace.is_module) {
                    self.scope.pop();
                }
            }
            ";" => self.test_next = false,
            "use" => return self.import(source, at),
            _ => return self.in_place(source, at),
        }
        at + 1
    }

    /// A `use` with everything its tree names.
    fn import(&mut self, source: &mut Source, at: usize) -> usize {
        let public = at > 0 && matches!(source.words[at - 1].text.as_str(), "pub" | ")");
        let end = (at..source.words.len())
            .find(|&end| source.words[end].text == ";")
            .unwrap_or(source.words.len());
        let mut paths = Vec::new();
        let mut next = at + 1;
        tree(&source.words[..end], &mut next, &[], &mut paths);
        for (path, line) in paths {
            let (scope, test) = (self.scope.clone(), self.in_test());
            source.references.push(Reference { path, line, scope, test, import: true, public });
        }
        self.test_next = false;
        end + 1
    }

    /// A path in the code itself: `crate::domain::ids::UserId(1)`.
    fn in_place(&mut self, source: &mut Source, at: usize) -> usize {
        let word = |index: usize| source.words.get(index).map_or("", |word| &word.text);
        let follows_path = at > 0 && word(at - 1) == "::";
        if follows_path || word(at + 1) != "::" || !word(at).starts_with(is_name) {
            return at + 1;
        }
        let mut path = vec![word(at).to_owned()];
        let mut next = at + 1;
        while word(next) == "::" && word(next + 1).starts_with(is_name) {
            path.push(word(next + 1).to_owned());
            next += 2;
        }
        let (line, scope, test) = (source.words[at].line, self.scope.clone(), self.in_test());
        let reference = Reference { path, line, scope, test, import: false, public: false };
        source.references.push(reference);
        next
    }
}

fn is_test_attribute(words: &[Word]) -> bool {
    let start: Vec<&str> = words.iter().take(7).map(|word| word.text.as_str()).collect();
    start == ["#", "[", "cfg", "(", "test", ")", "]"] || start.starts_with(&["#", "[", "test", "]"])
}

/// Reads one tree of a `use`: `a::{b, c::d as e, f::*}`.
fn tree(
    words: &[Word],
    next: &mut usize,
    prefix: &[String],
    found: &mut Vec<(Vec<String>, usize)>,
) {
    let mut path = prefix.to_vec();
    while let Some(word) = words.get(*next) {
        match word.text.as_str() {
            "::" => *next += 1,
            "{" => {
                *next += 1;
                while words.get(*next).is_some_and(|word| word.text != "}") {
                    tree(words, next, &path, found);
                    if words.get(*next).is_some_and(|word| word.text == ",") {
                        *next += 1;
                    }
                }
                *next += 1;
                return;
            }
            "," | "}" => break,
            "as" => *next += 2,
            name => {
                path.push(name.to_owned());
                *next += 1;
            }
        }
    }
    let line = words.get(*next - 1).map_or(0, |word| word.line);
    found.push((path, line));
}

/// Every function that has a body.
fn functions(words: &[Word]) -> Vec<Function> {
    let text = |index: usize| words.get(index).map_or("", |word: &Word| &word.text);
    let mut found = Vec::new();
    for at in 0..words.len() {
        if text(at) != "fn" || !text(at + 1).starts_with(is_name) {
            continue;
        }
        let (mut round, mut curly) = (0_i32, 0_i32);
        for end in at..words.len() {
            match text(end) {
                "(" | "[" => round += 1,
                ")" | "]" => round -= 1,
                ";" if round == 0 && curly == 0 => break,
                "{" => curly += 1,
                "}" => curly -= 1,
                _ => continue,
            }
            if text(end) == "}" && curly == 0 {
                let lines = words[end].line - words[at].line + 1;
                let (name, line) = (text(at + 1).to_owned(), words[at].line);
                found.push(Function { name, line, lines });
                break;
            }
        }
    }
    found
}
