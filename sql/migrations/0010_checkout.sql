-- One order of one mail address at a time: the address decides which of these rows is locked, so that buyers seldom wait
-- for each other.
INSERT IGNORE INTO `{p}bridge_locks` (`name`)
  SELECT CONCAT('place_order:', a.`digit`, b.`digit`) FROM
    (SELECT '0' AS `digit` UNION ALL SELECT '1' UNION ALL SELECT '2' UNION ALL SELECT '3' UNION ALL SELECT '4'
    UNION ALL SELECT '5' UNION ALL SELECT '6' UNION ALL SELECT '7' UNION ALL SELECT '8' UNION ALL SELECT '9' UNION
    ALL SELECT 'a' UNION ALL SELECT 'b' UNION ALL SELECT 'c' UNION ALL SELECT 'd' UNION ALL SELECT 'e' UNION ALL
    SELECT 'f') a,
    (SELECT '0' AS `digit` UNION ALL SELECT '1' UNION ALL SELECT '2' UNION ALL SELECT '3' UNION ALL SELECT '4'
    UNION ALL SELECT '5' UNION ALL SELECT '6' UNION ALL SELECT '7' UNION ALL SELECT '8' UNION ALL SELECT '9' UNION
    ALL SELECT 'a' UNION ALL SELECT 'b' UNION ALL SELECT 'c' UNION ALL SELECT 'd' UNION ALL SELECT 'e' UNION ALL
    SELECT 'f') b;

-- What an order's form said. `form_token` stands in the form: a form that is sent again finds its order by
-- `pm_checkouts_form`. A known customer's own data in the CRM is never changed by a form, so the form's is kept here.
-- `pay_here` is 1 where the order's page may lead to the invoice: that shows a known customer's data, which not everybody
-- who knows their mail address may see.
CREATE TABLE IF NOT EXISTS `{p}pm_checkouts` (
  `order_id` BIGINT NOT NULL PRIMARY KEY,
  `form_token` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `company` VARCHAR(191) NOT NULL,
  `country` CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `vat_id` VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tax_case` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `terms_version` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `waiver_version` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `agreed_at` DATETIME(6) NOT NULL,
  `pay_here` TINYINT(1) NOT NULL,
  UNIQUE KEY `pm_checkouts_form` (`form_token`),
  CONSTRAINT `{p}pm_checkouts_order` FOREIGN KEY (`order_id`) REFERENCES `{p}pm_orders` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Mails of invoices that the CRM was asked to send, until it has: a row of its own whose invoice is gone would stop its
-- cron for good.
CREATE TABLE IF NOT EXISTS `{p}pm_invoice_mails` (
  `order_id` BIGINT NOT NULL PRIMARY KEY,
  `invoice_id` INT NOT NULL,
  `invoice_hash` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `scheduled_email_id` INT NOT NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `handed_over_at` DATETIME(6) NOT NULL,
  KEY `pm_invoice_mails_state` (`state`),
  CONSTRAINT `{p}pm_invoice_mails_order` FOREIGN KEY (`order_id`) REFERENCES `{p}pm_orders` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
