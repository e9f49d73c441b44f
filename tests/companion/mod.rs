//! What is installed into the CRM, under real PHP: browser -> web server -> PHP -> gateway -> daemon.

mod gateway;
mod house;
mod installing;
mod layout;
mod nudge;
mod php;
mod silence;
