//! What staff see and do of the shop, within the CRM.
