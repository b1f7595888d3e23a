//! Which passwords are taken: long enough, and not one that is tried first.
//! Must never ask for certain characters, nor keep or print what it looks at.

use crate::bounds::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use crate::domain::users::Login;

use super::super::refusal::Refusal;

/// The common ones, one a line, small letters, sorted; lines that begin with `#` are comments.
const COMMON: &str = include_str!("../../../assets/passwords.txt");

/// Words that say nothing here, the desk's own included: what is left without them counts.
const EMPTY_WORDS: [&str; 15] = [
    "password",
    "passwort",
    "qwerty",
    "letmein",
    "welcome",
    "admin",
    "trading",
    "trader",
    "portfolio",
    "alpaca",
    "iloveyou",
    "123456",
    "abc123",
    "monkey",
    "dragon",
];

/// What is repeated over and over is no password while it is no longer than this.
const UNIT_CHARS_MAX: usize = 4;

/// Checks a password's form: its length in characters, and that it is not one of the common ones,
/// as they are or a little dressed up. No rules about its characters (OWASP ASVS 6.2).
pub fn check_password(password: &str, login: &Login) -> Result<(), Refusal> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Refusal::WeakPassword("A password needs at least 12 characters."));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Refusal::WeakPassword("A password may have at most 1,024 bytes."));
    }
    let lowered = password.to_lowercase();
    if is_sequence(&lowered) || unit(&lowered).chars().count() <= UNIT_CHARS_MAX {
        return Err(Refusal::WeakPassword("The same over and over, or a row, is no password."));
    }
    if is_common(&lowered) || is_empty(&lowered, login) {
        return Err(Refusal::WeakPassword("This password is too common: use a few words."));
    }
    Ok(())
}

/// True where each character is the one before it, or each the next one, or each the last one.
fn is_sequence(lowered: &str) -> bool {
    let step = |from: char, to: char| match (from, to) {
        ('9', '0') => 1,
        ('0', '9') => -1,
        (from, to) => i64::from(u32::from(to)) - i64::from(u32::from(from)),
    };
    let mut steps = lowered.chars().zip(lowered.chars().skip(1)).map(|(from, to)| step(from, to));
    let first = steps.next().unwrap_or(0);
    first.abs() <= 1 && steps.all(|step| step == first)
}

/// True for a common one as it is, several times over, with figures or signs around it, or with
/// signs in the place of letters.
fn is_common(lowered: &str) -> bool {
    let is_sign = |sign: char| !sign.is_alphanumeric();
    let is_no_letter = |sign: char| !sign.is_alphabetic();
    let bare = [
        lowered,
        lowered.trim_matches(is_sign),
        lowered.trim_end_matches(is_no_letter),
        lowered.trim_matches(is_no_letter),
    ];
    bare.iter().any(|text| {
        let spelled = plain_letters(text);
        [text, unit(text), &spelled, unit(&spelled)].into_iter().any(listed)
    })
}

/// Letters in the place of the signs that are often written for them.
fn plain_letters(text: &str) -> String {
    let letter = |sign| match sign {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The part that a text repeats; the whole of it where it repeats none.
fn unit(text: &str) -> &str {
    let repeats = |end: &usize| {
        text.len().is_multiple_of(*end) && text[..*end].repeat(text.len() / end) == text
    };
    let ends = text.char_indices().map(|(start, _)| start).skip(1);
    ends.take_while(|end| *end <= text.len() / 2).find(repeats).map_or(text, |end| &text[..end])
}

fn listed(text: &str) -> bool {
    text.chars().count() >= 4 && COMMON.contains(&format!("\n{text}\n"))
}

/// True where little is left without words that say nothing, the login, figures and signs.
fn is_empty(lowered: &str, login: &Login) -> bool {
    let rest = EMPTY_WORDS
        .iter()
        .fold(lowered.replace(login.as_str(), ""), |rest, word| rest.replace(word, ""));
    let left = rest.chars().filter(|c| !c.is_ascii_digit() && !c.is_ascii_punctuation()).count();
    left < 4 && rest.chars().count() < PASSWORD_CHARS_MIN
}

#[cfg(test)]
mod tests {
    use super::{COMMON, check_password};
    use crate::domain::users::Login;

    fn login() -> Login {
        Login::parse("trader1").expect("plain")
    }

    #[test]
    fn weak_passwords_are_refused_and_phrases_taken() {
        for weak in [
            "short",
            "password1234!",
            "aaaaaaaaaaaaaaaa",
            "trader1trader1",
            "Welcome123456",
            "P@ssw0rd2026!",
            "123456789012",
            "abcdefghijklm",
            "finalfantasy",
            "sunshinesunshine",
            "Baseball!!!!!",
            "löwenzahnam",
        ] {
            assert!(check_password(weak, &login()).is_err(), "{weak}");
        }
        for good in [
            "correct horse battery",
            "8!kdX0)2mQz#1",
            "löwenzahn am morgen",
            "日本の山と川と海と空と",
        ] {
            let taken = check_password(good, &login()).is_ok();
            assert_eq!(taken, good.chars().count() >= 12, "{good}");
        }
        assert!(check_password("日本の山と川と海と空と雲", &login()).is_ok(), "twelve characters");
        assert!(check_password("日本山川", &login()).is_err(), "twelve bytes are four characters");
        assert!(check_password(&"x1y2".repeat(300), &login()).is_err());
    }

    #[test]
    fn every_common_one_is_refused_however_it_is_made_longer() {
        let common: Vec<&str> = COMMON.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(common.len() >= 3_000 && common.is_sorted());
        for word in common {
            let longer = [word.repeat(12), format!("{word}!!!!!!!!!!!!"), word.to_uppercase()];
            for (way, text) in longer.iter().enumerate() {
                let is_figures = way == 1 && !word.contains(|sign: char| sign.is_alphabetic());
                let refused = check_password(text, &login()).is_err();
                assert!(refused || is_figures || word.len() < 4, "{text}");
            }
        }
    }
}
