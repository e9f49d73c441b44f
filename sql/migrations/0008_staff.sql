-- Staff at work: who changed what, and lists that open at once however long they are.

-- Never pruned. `changes` is a JSON list of field, before and after. `staff_name` is the name at that time: the CRM may
-- forget the person.
CREATE TABLE IF NOT EXISTS `{p}bridge_audit` (
  `id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `at` DATETIME(6) NOT NULL,
  `staff_id` INT NOT NULL,
  `staff_name` VARCHAR(191) NOT NULL,
  `subject` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `subject_id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `action` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `changes` MEDIUMTEXT NOT NULL,
  KEY `bridge_audit_subject` (`subject`, `subject_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The first characters of a key: enough to find a license by what a customer reads out, far too few to guess it.
CREATE TABLE IF NOT EXISTS `{p}pm_license_prefixes` (
  `license_id` BIGINT NOT NULL PRIMARY KEY,
  `prefix` CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  KEY `pm_license_prefixes_prefix` (`prefix`),
  CONSTRAINT `{p}pm_license_prefixes_license` FOREIGN KEY (`license_id`) REFERENCES `{p}pm_licenses` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Each choice of the three axes is a handful of places in this index, each in the order of the numbers.
ALTER TABLE `{p}pm_orders` ADD KEY `pm_orders_axes` (`state`, `charge`, `fulfilment`);

ALTER TABLE `{p}pm_orders` ADD KEY `pm_orders_figures` (`placed_at`, `charge`, `currency`, `total`);

ALTER TABLE `{p}pm_orders` ADD KEY `pm_orders_email` (`email`);

ALTER TABLE `{p}pm_orders` ADD KEY `pm_orders_lastname` (`lastname`);

ALTER TABLE `{p}pm_orders` ADD KEY `pm_orders_firstname` (`firstname`);

ALTER TABLE `{p}pm_order_items` ADD KEY `pm_order_items_product` (`product_id`, `order_id`);

ALTER TABLE `{p}pm_licenses` ADD KEY `pm_licenses_issued` (`issued_at`, `issued_as`, `license_right`);
