//! Layers that stand above the panes: questions, help, palette, command line.
//! Must never be asked about by a pane: a pane opens one with an effect and hears by its answer.

pub mod command_line;
pub mod confirm;
pub mod export;
pub mod finder;
pub mod form_box;
pub mod lock;
pub mod password;
pub mod settings;
