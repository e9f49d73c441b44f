-- The licenses of this install's own modules lie among the CRM's options, whose names are not unique: one at a time.
INSERT IGNORE INTO `{p}bridge_locks` (`name`) VALUES ('license_client');
