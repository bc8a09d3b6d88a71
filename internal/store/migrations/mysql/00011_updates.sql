-- +goose Up
CREATE TABLE `updates` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `receipt` VARCHAR(32) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `period` VARCHAR(32) NOT NULL DEFAULT '',
  `progress` INT NULL,
  `invested` BIGINT NULL,
  `text` MEDIUMTEXT NOT NULL,
  `source` VARCHAR(16) NOT NULL DEFAULT '',
  `photos` MEDIUMTEXT NOT NULL,
  `prev_state` MEDIUMTEXT NOT NULL,
  `withdrawn_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `updates_district_id_receipt` (`district_id`, `receipt`),
  KEY `updates_by_district_id_project_id_at` (`district_id`, `project_id`, `at`),
  KEY `updates_by_district_id_person_id_at` (`district_id`, `person_id`, `at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
