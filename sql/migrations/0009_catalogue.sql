-- What the shop shows of products and packages, and the texts that buyers accept.

-- What a product's page shows beside its name. A product without a row is shown with its name alone. Whoever changes this or
-- the texts below also counts up the product's `version`: that is how the shop notices.
CREATE TABLE IF NOT EXISTS `{p}pm_product_pages` (
  `product_id` BIGINT NOT NULL PRIMARY KEY,
  `release_name` VARCHAR(40) NOT NULL,
  `picture` VARCHAR(500) NOT NULL,
  `place` INT NOT NULL,
  CONSTRAINT `{p}pm_product_pages_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Empty means: as in the other language.
CREATE TABLE IF NOT EXISTS `{p}pm_product_texts` (
  `product_id` BIGINT NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tagline` VARCHAR(191) NOT NULL,
  `description` MEDIUMTEXT NOT NULL,
  `requirements` MEDIUMTEXT NOT NULL,
  `changelog` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`product_id`, `language`),
  CONSTRAINT `{p}pm_product_texts_product` FOREIGN KEY (`product_id`) REFERENCES `{p}pm_products` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A package without a row is for one site.
CREATE TABLE IF NOT EXISTS `{p}pm_package_pages` (
  `package_id` BIGINT NOT NULL PRIMARY KEY,
  `sites` INT NOT NULL,
  `place` INT NOT NULL,
  CONSTRAINT `{p}pm_package_pages_package` FOREIGN KEY (`package_id`) REFERENCES `{p}pm_packages` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `{p}pm_package_texts` (
  `package_id` BIGINT NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `description` TEXT NOT NULL,
  PRIMARY KEY (`package_id`, `language`),
  CONSTRAINT `{p}pm_package_texts_package` FOREIGN KEY (`package_id`) REFERENCES `{p}pm_packages` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- For how many sites an item was sold, when it is more than one: a copy, like the item's price. Each site gets a license.
CREATE TABLE IF NOT EXISTS `{p}pm_order_item_sites` (
  `order_item_id` BIGINT NOT NULL PRIMARY KEY,
  `sites` INT NOT NULL,
  CONSTRAINT `{p}pm_order_item_sites_item` FOREIGN KEY (`order_item_id`) REFERENCES `{p}pm_order_items` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Texts that a buyer accepts, word for word: a row is never changed, a new wording is the next version.
CREATE TABLE IF NOT EXISTS `{p}pm_wordings` (
  `kind` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `language` VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `version` INT NOT NULL,
  `text` MEDIUMTEXT NOT NULL,
  `created_at` DATETIME(6) NOT NULL,
  PRIMARY KEY (`kind`, `language`, `version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
