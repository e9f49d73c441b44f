-- Checks of licenses: fast to answer, and counted.

-- Everything that an answer takes from a license's row, beside its key: with a million licenses the rows themselves are
-- too many for the server's memory, this index is not.
ALTER TABLE `{p}pm_licenses`
  ADD KEY `pm_licenses_check` (`key_hash`, `product_id`, `license_right`, `expires_at`);

-- One row for all the questions that are alike on one day, so that asking often does not make it grow. `network` is the
-- first 24 bits of an IPv4 and the first 48 of an IPv6 address. The day comes first: today's rows lie together while they
-- are counted up, and the oldest when they are pruned; one license is read day by day, so no second index has to be kept.
-- No foreign key: counting must not lock the licenses.
CREATE TABLE IF NOT EXISTS `{p}pm_license_checks` (
  `day` DATE NOT NULL,
  `license_id` BIGINT NOT NULL,
  `action` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `code` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `network` VARCHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `count` BIGINT NOT NULL,
  `first_at` DATETIME(6) NOT NULL,
  `last_at` DATETIME(6) NOT NULL,
  PRIMARY KEY (`day`, `license_id`, `action`, `code`, `network`, `domain`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
