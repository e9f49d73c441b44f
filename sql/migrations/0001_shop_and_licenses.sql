-- Shop, licenses and the machinery that carries them.
--
-- Own timestamps are UTC with microseconds. Ids of the CRM are signed INT there and are never foreign keys here:
-- Perfex deletes rows as it likes. Words (states, kinds) are ASCII and compared byte by byte.

CREATE TABLE IF NOT EXISTS `{p}pm_products` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `slug` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` INT NOT NULL DEFAULT 1,
  `created_at` DATETIME(6) NOT NULL,
  UNIQUE KEY `pm_products_slug` (`slug`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `{p}pm_packages` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `product_id` BIGINT NOT NULL,
  `sku` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `kind` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `price` DECIMAL(15,2) NOT NULL,
  `currency` VARCHAR(100) NOT NULL,
  `tax_name` VARCHAR(100) NULL,
  `tax_rate` DECIMAL(15,2) NULL,
  `term` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` INT NOT NULL DEFAULT 1,
  `created_at` DATETIME(6) NOT NULL,
  UNIQUE KEY `pm_packages_sku` (`sku`),
  KEY `pm_packages_product` (`product_id`),
  CONSTRAINT `{p}pm_packages_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- `invoice_hash` is the CRM's own random mark of the invoice: its id alone may be given again after a deletion and a
-- restart of an old server.
-- `invoice_fingerprint` is what the invoice looked like when the order was last settled; the watch compares it.
-- `look_again_at` is when time alone changes something (the grace of a reversed payment ends).
CREATE TABLE IF NOT EXISTS `{p}pm_orders` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `token` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `client_id` INT NOT NULL,
  `contact_id` INT NOT NULL,
  `invoice_id` INT NULL,
  `invoice_hash` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `email` VARCHAR(100) NOT NULL,
  `firstname` VARCHAR(191) NOT NULL,
  `lastname` VARCHAR(191) NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `currency` VARCHAR(100) NOT NULL,
  `total` DECIMAL(15,2) NOT NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `charge` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `fulfilment` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `invoice_fingerprint` VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `look_again_at` DATETIME(6) NULL,
  `version` INT NOT NULL DEFAULT 1,
  `placed_at` DATETIME(6) NOT NULL,
  UNIQUE KEY `pm_orders_token` (`token`),
  UNIQUE KEY `pm_orders_invoice` (`invoice_id`),
  KEY `pm_orders_client` (`client_id`),
  KEY `pm_orders_look_again` (`look_again_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- An item is a copy of its package at the time of the order: later price changes do not touch it.
CREATE TABLE IF NOT EXISTS `{p}pm_order_items` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `order_id` BIGINT NOT NULL,
  `package_id` BIGINT NOT NULL,
  `product_id` BIGINT NOT NULL,
  `kind` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `description` VARCHAR(400) NOT NULL,
  `quantity` INT NOT NULL,
  `unit_price` DECIMAL(15,2) NOT NULL,
  `tax_name` VARCHAR(100) NULL,
  `tax_rate` DECIMAL(15,2) NULL,
  `term` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  KEY `pm_order_items_order` (`order_id`),
  CONSTRAINT `{p}pm_order_items_order` FOREIGN KEY (`order_id`) REFERENCES `{p}pm_orders` (`id`),
  CONSTRAINT `{p}pm_order_items_package` FOREIGN KEY (`package_id`) REFERENCES `{p}pm_packages` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `{p}pm_order_events` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `order_id` BIGINT NOT NULL,
  `at` DATETIME(6) NOT NULL,
  `event` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `detail` TEXT NOT NULL,
  KEY `pm_order_events_order` (`order_id`, `id`),
  CONSTRAINT `{p}pm_order_events_order` FOREIGN KEY (`order_id`) REFERENCES `{p}pm_orders` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Exactly one license per unit of an item: `pm_licenses_unit`. A license given by hand has no item.
CREATE TABLE IF NOT EXISTS `{p}pm_licenses` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `order_item_id` BIGINT NULL,
  `unit_no` INT NOT NULL,
  `product_id` BIGINT NOT NULL,
  `key_hash` BINARY(32) NOT NULL,
  `key_encrypted` VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `issued_as` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `license_right` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `suspended_for` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `issued_at` DATETIME(6) NOT NULL,
  `expires_at` DATETIME(6) NULL,
  `past_due_since` DATETIME(6) NULL,
  `version` INT NOT NULL DEFAULT 1,
  UNIQUE KEY `pm_licenses_unit` (`order_item_id`, `unit_no`),
  UNIQUE KEY `pm_licenses_key` (`key_hash`),
  KEY `pm_licenses_product` (`product_id`),
  CONSTRAINT `{p}pm_licenses_item` FOREIGN KEY (`order_item_id`) REFERENCES `{p}pm_order_items` (`id`),
  CONSTRAINT `{p}pm_licenses_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `{p}pm_license_events` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `license_id` BIGINT NOT NULL,
  `at` DATETIME(6) NOT NULL,
  `event` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `detail` TEXT NOT NULL,
  KEY `pm_license_events_license` (`license_id`, `id`),
  CONSTRAINT `{p}pm_license_events_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Rows that are locked to make one thing happen at a time across daemons and commands.
CREATE TABLE IF NOT EXISTS `{p}bridge_locks` (
  `name` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO `{p}bridge_locks` (`name`) VALUES ('place_order');

-- The watch's ledger: rows of the CRM whose effect has been settled.
CREATE TABLE IF NOT EXISTS `{p}bridge_seen` (
  `kind` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `row_id` BIGINT NOT NULL,
  PRIMARY KEY (`kind`, `row_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- `due_at` is when a worker may take the row next. A claim moves it to the end of its lease, so that a row whose
-- worker died comes back by itself; NULL means finished (sent) or given up (dead). `uncertain_at` is when it first became
-- unclear whether the message had left; it is tried once more after that, not twice.
CREATE TABLE IF NOT EXISTS `{p}bridge_outbox` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `kind` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `dedupe_key` VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `template` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `recipient` VARCHAR(191) NOT NULL,
  `recipient_name` VARCHAR(400) NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_id` VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `payload` MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `attempts` INT NOT NULL DEFAULT 0,
  `due_at` DATETIME(6) NULL,
  `uncertain_at` DATETIME(6) NULL,
  `lease_token` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `last_error` TEXT NULL,
  `created_at` DATETIME(6) NOT NULL,
  `finished_at` DATETIME(6) NULL,
  UNIQUE KEY `bridge_outbox_dedupe` (`dedupe_key`),
  KEY `bridge_outbox_due` (`due_at`, `id`),
  KEY `bridge_outbox_lease` (`lease_token`),
  KEY `bridge_outbox_finished` (`state`, `finished_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
