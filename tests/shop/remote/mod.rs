//! A shop whose licenses are made by another machine's license server.

mod life;
mod misbehaving;
mod payment;
mod repeated;
mod trial;
