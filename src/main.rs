//! Arguments in, exit code out.
//! Must never decide anything: the wiring is compose's, the words are the command line's.

use std::process::ExitCode;

use trading_desk::{cli, compose};

fn main() -> ExitCode {
    let arguments = match cli::read() {
        Ok(arguments) => arguments,
        Err((words, code)) => {
            cli::tell(&words, code);
            return ExitCode::from(code);
        }
    };
    match compose::run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            cli::complain(&compose::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
