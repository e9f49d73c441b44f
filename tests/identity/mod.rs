//! Who is asking: sessions and people of the CRM, the gateway's word, and forms that nobody else sends.

mod sessions;
