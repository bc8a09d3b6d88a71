-- +goose Up
CREATE TABLE `recurrences` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `rule` VARCHAR(32) NOT NULL DEFAULT '',
  `period` VARCHAR(16) NOT NULL DEFAULT '',
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `made_on` INT NOT NULL DEFAULT 0,
  `filed_at` BIGINT NOT NULL DEFAULT 0,
  `filed_by` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `happened_on` INT NOT NULL DEFAULT 0,
  `text` MEDIUMTEXT NOT NULL,
  `plan` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `recurrences_once` (`district_id`, `rule`, `period`, `project_id`, `unit_id`, `person_id`),
  KEY `recurrences_by_commitment` (`district_id`, `commitment_id`),
  KEY `recurrences_by_subject` (`district_id`, `project_id`, `unit_id`, `person_id`, `rule`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
