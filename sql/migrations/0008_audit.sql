-- Who of the staff changed what, when, and what stood there before; never pruned. `changes` is a JSON list of field,
-- before and after. `staff_name` is the name at that time: the CRM may forget the person.
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
