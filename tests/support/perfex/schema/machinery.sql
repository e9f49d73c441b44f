-- Perfex-shaped tables: settings, mails, logs and everything that runs by itself.
--
-- Written from observed facts. As it stands this is a fresh 3.4.1. For 3.0.0 (done by ../../perfex.rs) lines marked
-- `since` go, `3.0:` names the older type, and utf8mb4_unicode_ci becomes utf8mb3_general_ci. No foreign keys, triggers
-- or unique keys: Perfex has none on these tables.

-- All settings, as text. The index on name is not unique.
CREATE TABLE `tbloptions` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(191) NOT NULL,
  `value` longtext NOT NULL,
  `autoload` tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (`id`),
  KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row: 341 is Perfex 3.4.1.
CREATE TABLE `tblmigrations` (
  `version` bigint NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- A row without its folder is ignored; active must be given.
CREATE TABLE `tblmodules` (
  `id` int NOT NULL AUTO_INCREMENT,
  `module_name` varchar(55) NOT NULL,
  `installed_version` varchar(11) NOT NULL,
  `active` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The english row is the master; other languages may have an empty message. No unique key on slug and language.
CREATE TABLE `tblemailtemplates` (
  `emailtemplateid` int NOT NULL AUTO_INCREMENT,
  `type` longtext NOT NULL, -- 3.0: mediumtext
  `slug` varchar(100) NOT NULL,
  `language` varchar(40) DEFAULT NULL,
  `name` longtext NOT NULL, -- 3.0: mediumtext
  `subject` longtext NOT NULL, -- 3.0: mediumtext
  `message` longtext NOT NULL, -- 3.0: mediumtext
  `fromname` longtext NOT NULL, -- 3.0: mediumtext
  `fromemail` varchar(100) DEFAULT NULL,
  `plaintext` int NOT NULL DEFAULT 0,
  `active` tinyint NOT NULL DEFAULT 0,
  `order` int NOT NULL,
  PRIMARY KEY (`emailtemplateid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Mails that the next cron run sends.
CREATE TABLE `tblmail_queue` (
  `id` int NOT NULL AUTO_INCREMENT,
  `engine` varchar(40) DEFAULT NULL,
  `email` varchar(191) NOT NULL,
  `cc` mediumtext, -- 3.0: text
  `bcc` mediumtext, -- 3.0: text
  `message` longtext NOT NULL, -- 3.0: mediumtext
  `alt_message` longtext, -- 3.0: mediumtext
  `status` enum('pending','sending','sent','failed') DEFAULT NULL,
  `date` datetime DEFAULT NULL,
  `headers` mediumtext, -- 3.0: text
  `attachments` longtext, -- 3.0: mediumtext
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Invoices that cron mails; a row whose invoice is gone kills every cron run.
CREATE TABLE `tblscheduled_emails` (
  `id` int NOT NULL AUTO_INCREMENT,
  `rel_id` int NOT NULL,
  `rel_type` varchar(15) NOT NULL,
  `scheduled_at` datetime NOT NULL,
  `contacts` varchar(197) NOT NULL,
  `cc` mediumtext, -- 3.0: text
  `attach_pdf` tinyint(1) NOT NULL DEFAULT 1,
  `template` varchar(197) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Opening of mails.
CREATE TABLE `tbltracked_mails` (
  `id` int NOT NULL AUTO_INCREMENT,
  `uid` varchar(32) NOT NULL,
  `rel_id` int NOT NULL,
  `rel_type` varchar(40) NOT NULL,
  `date` datetime NOT NULL,
  `email` varchar(100) NOT NULL,
  `opened` tinyint(1) NOT NULL DEFAULT 0,
  `date_opened` datetime DEFAULT NULL,
  `subject` longtext, -- 3.0: mediumtext
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sentences for Utilities > Activity Log; staffid holds a full NAME.
CREATE TABLE `tblactivity_log` (
  `id` int NOT NULL AUTO_INCREMENT,
  `description` longtext NOT NULL, -- 3.0: mediumtext
  `date` datetime NOT NULL,
  `staffid` varchar(100) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `staffid` (`staffid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The activity tab of an invoice; description is a language key or raw HTML.
CREATE TABLE `tblsales_activity` (
  `id` int NOT NULL AUTO_INCREMENT,
  `rel_type` varchar(20) DEFAULT NULL,
  `rel_id` int NOT NULL,
  `description` mediumtext NOT NULL, -- 3.0: text
  `additional_data` mediumtext, -- 3.0: text
  `staffid` varchar(11) DEFAULT NULL,
  `full_name` varchar(100) DEFAULT NULL,
  `date` datetime NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The bell of the staff area.
CREATE TABLE `tblnotifications` (
  `id` int NOT NULL AUTO_INCREMENT,
  `isread` int NOT NULL DEFAULT 0,
  `isread_inline` tinyint(1) NOT NULL DEFAULT 0,
  `date` datetime NOT NULL,
  `description` mediumtext NOT NULL, -- 3.0: text
  `fromuserid` int NOT NULL,
  `fromclientid` int NOT NULL DEFAULT 0,
  `from_fullname` varchar(100) NOT NULL,
  `touserid` int NOT NULL,
  `fromcompany` int DEFAULT NULL,
  `link` longtext, -- 3.0: mediumtext
  `additional_data` mediumtext, -- 3.0: text
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The calendar.
CREATE TABLE `tblevents` (
  `eventid` int NOT NULL AUTO_INCREMENT,
  `title` longtext NOT NULL, -- 3.0: mediumtext
  `description` mediumtext, -- 3.0: text
  `userid` int NOT NULL,
  `start` datetime NOT NULL,
  `end` datetime DEFAULT NULL,
  `public` int NOT NULL DEFAULT 0,
  `color` varchar(10) DEFAULT NULL,
  `isstartnotified` tinyint(1) NOT NULL DEFAULT 0,
  `reminder_before` int NOT NULL DEFAULT 0,
  `reminder_before_type` varchar(10) DEFAULT NULL,
  PRIMARY KEY (`eventid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Reminders of staff.
CREATE TABLE `tblreminders` (
  `id` int NOT NULL AUTO_INCREMENT,
  `description` mediumtext, -- 3.0: text
  `date` datetime NOT NULL,
  `isnotified` int NOT NULL DEFAULT 0,
  `rel_id` int NOT NULL,
  `staff` int NOT NULL,
  `rel_type` varchar(40) NOT NULL,
  `notify_by_email` int NOT NULL DEFAULT 1,
  `creator` int NOT NULL,
  PRIMARY KEY (`id`),
  KEY `rel_id` (`rel_id`),
  KEY `staff` (`staff`),
  KEY `rel_type` (`rel_type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Who opened a public page.
CREATE TABLE `tblviews_tracking` (
  `id` int NOT NULL AUTO_INCREMENT,
  `rel_id` int NOT NULL,
  `rel_type` varchar(40) NOT NULL,
  `date` datetime NOT NULL,
  `view_ip` varchar(40) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
