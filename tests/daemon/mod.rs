//! The daemon as the machine and its operator see it: the real binary, a real database, a real mail server.

mod crm_folder;
mod health;
mod least_privilege;
mod outages;
mod saved_settings;
mod secrets;
mod service_manager;
mod silent_license_server;
mod stalled_mail;
mod stopping;
mod unfit;
mod upgrade;
