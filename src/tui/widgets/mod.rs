//! Pieces that draw: tables, forms, popups, gauges, charts, and numbers as people read them.
//! Must never know of orders, portfolios or people: they get texts, numbers and roles.

pub mod area;
pub mod cells;
pub mod chart;
pub mod dots;
pub mod field;
pub mod figures;
pub mod form;
pub mod gauge;
pub mod list;
pub mod pointer;
pub mod popup;
pub mod sparkline;
pub mod table;
pub mod tree;
