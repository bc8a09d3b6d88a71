-- +goose Up
CREATE TABLE `stage_changes` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `from_stage` VARCHAR(16) NOT NULL DEFAULT '',
  `to_stage` VARCHAR(16) NOT NULL DEFAULT '',
  `on` INT NOT NULL DEFAULT 0,
  `at` BIGINT NOT NULL DEFAULT 0,
  `person_id` BIGINT NOT NULL DEFAULT 0,
  `for_id` BIGINT NOT NULL DEFAULT 0,
  `reason` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `stage_changes_by_project` (`district_id`, `project_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
