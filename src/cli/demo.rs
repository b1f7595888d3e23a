//! `desk demo`: its flags, and the settings that they stand for.
//! Must never hold a default: those are the settings' own.

use clap::Args;

/// The flags of `desk demo`.
#[derive(Args, Debug, Default)]
pub struct Demo {
    /// Seed of the market and of the past week: on one date the same seed shows the same
    #[arg(long, value_name = "N")]
    pub seed: Option<String>,
    /// Seconds of the market in a real second
    #[arg(long, value_name = "X")]
    pub speed: Option<String>,
    /// Hours of the market: `always`, or the exchange's calendar with `nyse`
    #[arg(long, value_name = "HOURS")]
    pub hours: Option<String>,
}

impl Demo {
    /// Each flag that was given: flag, setting, value. What a value may be is the setting's affair.
    pub fn settings(&self) -> Vec<(&'static str, &'static str, String)> {
        let given = [
            ("--seed", "market.seed", &self.seed),
            ("--speed", "market.speed", &self.speed),
            ("--hours", "market.hours", &self.hours),
        ];
        let given = given.into_iter();
        given.filter_map(|(flag, name, value)| Some((flag, name, value.clone()?))).collect()
    }
}
