-- +goose Up
CREATE TABLE `schedules` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `template` VARCHAR(64) NOT NULL DEFAULT '',
  `target_on` INT NOT NULL DEFAULT 0,
  `was_on` INT NOT NULL DEFAULT 0,
  `lines` MEDIUMTEXT NOT NULL,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  `version` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `schedules_by_project` (`district_id`, `project_id`, `id`),
  CONSTRAINT `schedules_check_1` CHECK (state IN ('asked','granted','denied','replaced'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
