-- +goose Up
CREATE TABLE `suspensions` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `resumes` BOOLEAN NOT NULL DEFAULT FALSE,
  `reason` MEDIUMTEXT NOT NULL,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `suspensions_by_district_id_project_id` (`district_id`, `project_id`),
  CONSTRAINT `suspensions_check_1` CHECK (state IN ('asked','granted','denied'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
