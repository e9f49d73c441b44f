-- Everything that perfex-bridge may do in the CRM's database, and nothing else.
-- Run this as an administrator, with a password of your own.
CREATE USER IF NOT EXISTS {user} IDENTIFIED BY 'choose-a-password';

-- The CRM: read what the bridge decides on.
GRANT SELECT ON `{db}`.`{p}migrations` TO {user};
GRANT SELECT ON `{db}`.`{p}currencies` TO {user};
GRANT SELECT ON `{db}`.`{p}taxes` TO {user};
GRANT SELECT ON `{db}`.`{p}countries` TO {user};
GRANT SELECT ON `{db}`.`{p}payment_modes` TO {user};
GRANT SELECT ON `{db}`.`{p}invoicepaymentrecords` TO {user};
GRANT SELECT ON `{db}`.`{p}credits` TO {user};
GRANT SELECT ON `{db}`.`{p}creditnotes` TO {user};

-- The CRM: who is signed in, and what they may. Of staff neither passwords nor addresses.
GRANT SELECT ON `{db}`.`{p}sessions` TO {user};
GRANT SELECT ON `{db}`.`{p}staff_permissions` TO {user};
GRANT SELECT (`staffid`) ON `{db}`.`{p}staff` TO {user};
GRANT SELECT (`firstname`) ON `{db}`.`{p}staff` TO {user};
GRANT SELECT (`lastname`) ON `{db}`.`{p}staff` TO {user};
GRANT SELECT (`active`) ON `{db}`.`{p}staff` TO {user};
GRANT SELECT (`admin`) ON `{db}`.`{p}staff` TO {user};
GRANT SELECT (`default_language`) ON `{db}`.`{p}staff` TO {user};

-- The CRM: create customers and invoices, and raise the number counter.
GRANT SELECT, INSERT ON `{db}`.`{p}clients` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}contacts` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}contact_permissions` TO {user};
GRANT SELECT, INSERT, UPDATE ON `{db}`.`{p}invoices` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}itemable` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}item_tax` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}activity_log` TO {user};
GRANT SELECT, INSERT ON `{db}`.`{p}sales_activity` TO {user};
GRANT SELECT, INSERT, UPDATE (`value`), DELETE ON `{db}`.`{p}options` TO {user};

-- The CRM: ask it to mail an invoice, and take that back when the invoice is gone.
GRANT SELECT, INSERT, DELETE ON `{db}`.`{p}scheduled_emails` TO {user};

-- The CRM: its bell, for staff who look after orders.
GRANT SELECT, INSERT ON `{db}`.`{p}notifications` TO {user};

-- The CRM: our own mail texts among its templates.
GRANT SELECT, INSERT, DELETE ON `{db}`.`{p}emailtemplates` TO {user};

-- The CRM: our module among its modules.
GRANT SELECT, INSERT, UPDATE, DELETE ON `{db}`.`{p}modules` TO {user};
