-- Trials, units whose payment was taken back, and jobs that time starts.

-- One trial a product for each mail address and for each registrable domain, ever: the two unique keys. The mailbox is a
-- keyed digest of the address in its one spelling, so that the row may outlive everything that names the person. Without a
-- domain (an order that staff place) only the address counts. `reminded` is the day of the last reminder that was written;
-- it only grows. `bought_item_id` is the item of the order that made the license a paid one.
CREATE TABLE IF NOT EXISTS `{p}pm_trials` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `order_item_id` BIGINT NOT NULL,
  `product_id` BIGINT NOT NULL,
  `mailbox` BINARY(32) NOT NULL,
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `state` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `reminded` INT NOT NULL DEFAULT 0,
  `bought_item_id` BIGINT NULL,
  `claimed_at` DATETIME(6) NOT NULL,
  UNIQUE KEY `pm_trials_item` (`order_item_id`),
  UNIQUE KEY `pm_trials_mailbox` (`product_id`, `mailbox`),
  UNIQUE KEY `pm_trials_domain` (`product_id`, `domain`),
  KEY `pm_trials_state` (`state`, `id`),
  KEY `pm_trials_bought` (`bought_item_id`),
  CONSTRAINT `{p}pm_trials_item` FOREIGN KEY (`order_item_id`) REFERENCES `{p}pm_order_items` (`id`),
  CONSTRAINT `{p}pm_trials_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Units of orders that have licenses and whose payment was taken back: since when, and whether the license was, too. A unit that is
-- paid again has no row.
CREATE TABLE IF NOT EXISTS `{p}pm_unpaid_units` (
  `order_item_id` BIGINT NOT NULL,
  `unit_no` INT NOT NULL,
  `since` DATETIME(6) NOT NULL,
  `taken` TINYINT NOT NULL,
  PRIMARY KEY (`order_item_id`, `unit_no`),
  CONSTRAINT `{p}pm_unpaid_units_item` FOREIGN KEY (`order_item_id`) REFERENCES `{p}pm_order_items` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Jobs by name. `rule` is what `due_at` was reckoned from. Whoever runs a job holds its lease; when the runner dies, the
-- lease ends and the firing is made up.
CREATE TABLE IF NOT EXISTS `{p}bridge_schedule` (
  `job` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  `rule` VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `due_at` DATETIME(6) NOT NULL,
  `lease_token` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `lease_until` DATETIME(6) NULL,
  `begun_at` DATETIME(6) NULL,
  `succeeded_at` DATETIME(6) NULL,
  `failures` INT NOT NULL DEFAULT 0,
  `last_result` TEXT NULL,
  `last_error` TEXT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Orders that nobody has paid, oldest first.
ALTER TABLE `{p}pm_orders`
  ADD KEY `pm_orders_waiting` (`charge`, `state`, `placed_at`);

-- The names of the CRM's options are not unique: one writer of ours at a time.
INSERT IGNORE INTO `{p}bridge_locks` (`name`) VALUES ('trial_settings');
