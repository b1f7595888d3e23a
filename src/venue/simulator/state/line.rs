//! One line of the state file: records between tabs, fields between blanks, a checksum in front.
//! Must never be half taken: a line whose checksum is wrong counts as not written.

/// Puts records together into a line.
#[derive(Debug, Default)]
pub(super) struct LineWriter {
    text: String,
}

impl LineWriter {
    /// Adds a record: its letter and its fields. Fields hold no blanks, tabs or line ends.
    pub(super) fn record(&mut self, letter: char, fields: &[&dyn std::fmt::Display]) {
        use std::fmt::Write as _;
        if !self.text.is_empty() {
            self.text.push('\t');
        }
        self.text.push(letter);
        for field in fields {
            write!(self.text, " {field}").expect("a string takes all");
        }
    }
    /// The line, with its checksum and its end.
    pub(super) fn finish(self) -> String {
        format!("{:08x} {}\n", checksum(self.text.as_bytes()), self.text)
    }
}

/// The records of a line without its end; none where the line is damaged.
pub(super) fn records(line: &str) -> Option<impl Iterator<Item = &str>> {
    let (sum, text) = line.split_at_checked(8)?;
    let text = text.strip_prefix(' ')?;
    (sum == format!("{:08x}", checksum(text.as_bytes()))).then(|| text.split('\t'))
}

/// Fowler, Noll and Vo's 32-bit hash: it finds torn and changed lines, not forgers.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::{LineWriter, records};

    #[test]
    fn a_line_comes_back_whole_or_not_at_all() {
        let mut writer = LineWriter::default();
        writer.record('C', &[&17, &"x"]);
        writer.record('N', &[]);
        let line = writer.finish();
        let text = line.strip_suffix('\n').expect("a line ends");
        let found: Vec<&str> = records(text).expect("whole").collect();
        assert_eq!(found, ["C 17 x", "N"]);
        for end in 0..text.len() {
            assert!(records(&text[..end]).is_none(), "torn after {end}");
        }
        for index in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[index] ^= 1;
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(records(&changed).is_none(), "changed at {index}");
        }
    }
}
