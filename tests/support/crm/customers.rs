//! Customers and their people.

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{ClientId, ContactId};

use super::log::sentence;
use super::{STAFF, now};

/// Staff add a customer; a person is an empty company (5.2).
pub async fn add_client(conn: &mut Conn, company: &str, language: Option<&str>) -> ClientId {
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblclients` (`company`, `country`, `datecreated`, `active`, `default_language`, `addedfrom`)
         VALUES (?, 83, ?, 1, ?, ?)",
        (company, now, language, STAFF.0),
    )
    .await
    .unwrap();
    let client = ClientId(super::new_id(conn));
    sentence(conn, &format!("New Client Created [{company}]")).await;
    client
}

/// Staff add the first contact of a customer, with every permission (5.2).
pub async fn add_contact(
    conn: &mut Conn,
    client: ClientId,
    first: &str,
    last: &str,
    email: &str,
) -> ContactId {
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblcontacts`
            (`userid`, `is_primary`, `firstname`, `lastname`, `email`, `phonenumber`, `datecreated`,
             `email_verified_at`, `active`)
         VALUES (?, 1, ?, ?, ?, '', ?, ?, 1)",
        (client, first, last, email, now, now),
    )
    .await
    .unwrap();
    let contact = ContactId(super::new_id(conn));
    for permission in 1..=6 {
        conn.exec_drop(
            "INSERT INTO `tblcontact_permissions` (`permission_id`, `userid`) VALUES (?, ?)",
            (permission, contact),
        )
        .await
        .unwrap();
    }
    contact
}

/// Staff delete a customer (3.9, 5.2): invoices stay without one, contacts go with all that hangs on them. Tables that
/// the fixture does not have (tickets, files, projects) are left out.
pub async fn delete_client(conn: &mut Conn, client: ClientId) {
    let contacts: Vec<ContactId> =
        conn.exec("SELECT `id` FROM `tblcontacts` WHERE `userid` = ?", (client,)).await.unwrap();
    conn.exec_drop("DELETE FROM `tblclients` WHERE `userid` = ?", (client,)).await.unwrap();
    conn.exec_drop("UPDATE `tblinvoices` SET `clientid` = 0 WHERE `clientid` = ?", (client,)).await.unwrap();
    conn.exec_drop("UPDATE `tblcreditnotes` SET `clientid` = 0 WHERE `clientid` = ?", (client,))
        .await
        .unwrap();
    for table in ["customer_admins", "customer_groups"] {
        conn.exec_drop(format!("DELETE FROM `tbl{table}` WHERE `customer_id` = ?"), (client,)).await.unwrap();
    }
    conn.exec_drop("DELETE FROM `tbluser_meta` WHERE `client_id` = ?", (client,)).await.unwrap();
    for contact in contacts {
        conn.exec_drop("DELETE FROM `tblcontacts` WHERE `id` = ?", (contact,)).await.unwrap();
        conn.exec_drop("DELETE FROM `tblconsents` WHERE `contact_id` = ?", (contact,)).await.unwrap();
        conn.exec_drop("DELETE FROM `tblcontact_permissions` WHERE `userid` = ?", (contact,)).await.unwrap();
        conn.exec_drop("DELETE FROM `tbluser_meta` WHERE `contact_id` = ?", (contact,)).await.unwrap();
        conn.exec_drop("DELETE FROM `tbluser_auto_login` WHERE `user_id` = ? AND `staff` = 0", (contact,))
            .await
            .unwrap();
    }
    sentence(conn, &format!("Client Deleted [ID: {client}]")).await;
}
