//! The public pages that show what is for sale.

mod hostile;
mod language;
mod live;
mod pages;
mod street;
