-- +goose Up
CREATE TABLE `job_runs` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `name` VARCHAR(64) NOT NULL DEFAULT '',
  `moment` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `token` VARCHAR(32) NOT NULL DEFAULT '',
  `lease_until` BIGINT NOT NULL DEFAULT 0,
  `started_at` BIGINT NOT NULL DEFAULT 0,
  `finished_at` BIGINT NOT NULL DEFAULT 0,
  `note` VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`district_id`, `name`, `moment`),
  CONSTRAINT `job_runs_check_1` CHECK (state IN ('running','done','failed','skipped'))
);
