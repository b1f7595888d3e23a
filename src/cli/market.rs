//! `desk market`: its flags, and the lines that a client needs.
//! Must never print a word beside those lines: they are read by programs.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The flags of `desk market`.
#[derive(Args, Clone, Debug)]
pub struct Market {
    /// Where it listens; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8765")]
    #[arg(value_parser = address)]
    pub listen: SocketAddr,
    /// Seed of prices, fills, ids and keys: the same seed shows the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Seconds of the market in a real second
    #[arg(long, value_name = "X", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub speed: u32,
    /// Hours of the market: the exchange's calendar, or around the clock
    #[arg(long, value_name = "HOURS", value_enum, default_value_t = Hours::Always)]
    pub hours: Hours,
    /// Calls a minute for each key, or `none`
    #[arg(long, value_name = "N", default_value = "200", value_parser = rate)]
    pub rate: Rate,
    /// Accounts, each with a key pair of its own
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=100))]
    pub accounts: u16,
    /// Let calls and streams go wrong by a seed, its own or the market's: late, lost, doubled,
    /// failed though done, throttled, mute
    #[arg(long, value_name = "SEED", num_args = 0..=1)]
    pub chaos: Option<Option<u64>>,
    /// Write trades, quotes and minute bars into a new file, as Alpaca's data stream writes them
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Take prices from such a file; time begins with the first of them
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
}

/// Hours of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Hours {
    /// The exchange's calendar.
    Nyse,
    /// Around the clock.
    Always,
}

/// Calls a minute; none for as many as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub Option<u32>);

fn address(text: &str) -> Result<SocketAddr, String> {
    let what = "an address in digits and a port, such as 127.0.0.1:8765 (port 0: any that is free)";
    text.parse().map_err(|_| what.to_owned())
}

fn rate(text: &str) -> Result<Rate, String> {
    match text {
        "none" => Ok(Rate(None)),
        number => match number.parse() {
            Ok(count) if count > 0 => Ok(Rate(Some(count))),
            _ => Err("a number of calls from 1, or `none`".to_owned()),
        },
    }
}

/// Prints what a client needs, as `NAME=value` lines: the address, and each account's pair.
pub fn print(address: SocketAddr, pairs: &[(&str, &str)]) {
    let mut lines: Vec<String> = Vec::new();
    let mut line = |name: &str, number: usize, value: &str| {
        let suffix = if number == 0 { String::new() } else { format!("_{}", number + 1) };
        lines.push(format!("{name}{suffix}={value}\n"));
    };
    line("APCA_API_BASE_URL", 0, &format!("http://{address}"));
    line("APCA_API_DATA_URL", 0, &format!("http://{address}"));
    line("APCA_API_STREAM_URL", 0, &format!("ws://{address}"));
    for (number, (id, secret)) in pairs.iter().enumerate() {
        line("APCA_API_KEY_ID", number, id);
        line("APCA_API_SECRET_KEY", number, secret);
    }
    super::say(&lines.concat());
}

#[cfg(test)]
mod tests {
    use super::{Rate, rate};

    #[test]
    fn a_rate_is_a_number_or_none() {
        assert_eq!(rate("none"), Ok(Rate(None)));
        assert_eq!(rate("200"), Ok(Rate(Some(200))));
        assert!(rate("0").is_err() && rate("many").is_err());
    }
}
