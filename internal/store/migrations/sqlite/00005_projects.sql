-- +goose Up
CREATE TABLE `projects` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `code` VARCHAR(32) NOT NULL DEFAULT '',
  `name` VARCHAR(191) NOT NULL DEFAULT '',
  `category` VARCHAR(32) NOT NULL DEFAULT '',
  `industry` VARCHAR(64) NOT NULL DEFAULT '',
  `stage` VARCHAR(16) NOT NULL DEFAULT '',
  `investment` BIGINT NOT NULL DEFAULT 0,
  `planned_year` BIGINT NOT NULL DEFAULT 0,
  `invested_year` BIGINT NOT NULL DEFAULT 0,
  `progress` INT NOT NULL DEFAULT 0,
  `planned` INT NOT NULL DEFAULT 0,
  `reported_on` INT NOT NULL DEFAULT 0,
  `reported_by` BIGINT NOT NULL DEFAULT 0,
  `last_text` TEXT NOT NULL DEFAULT '',
  `leader_id` BIGINT NOT NULL DEFAULT 0,
  `owner_id` BIGINT NOT NULL DEFAULT 0,
  `lead_unit_id` BIGINT NOT NULL DEFAULT 0,
  `host_unit_id` BIGINT NOT NULL DEFAULT 0,
  `start_on` INT NOT NULL DEFAULT 0,
  `target_on` INT NOT NULL DEFAULT 0,
  `suspended` BOOLEAN NOT NULL DEFAULT FALSE,
  `suspended_for` TEXT NOT NULL DEFAULT '',
  `measures` TEXT NOT NULL DEFAULT '',
  `standard` TEXT NOT NULL DEFAULT '',
  `reward` TEXT NOT NULL DEFAULT '',
  `version` INT NOT NULL DEFAULT 0,
  CONSTRAINT `projects_district_id_code` UNIQUE (`district_id`, `code`),
  CONSTRAINT `projects_check_1` CHECK (progress BETWEEN 0 AND 10000)
);
CREATE INDEX `projects_by_district_id_leader_id` ON `projects` (`district_id`, `leader_id`);
CREATE INDEX `projects_by_district_id_host_unit_id` ON `projects` (`district_id`, `host_unit_id`);
