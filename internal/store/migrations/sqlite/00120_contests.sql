-- +goose Up
CREATE TABLE `contests` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `strike_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `reason` TEXT NOT NULL DEFAULT '',
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `decide_by` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `contests_district_id_strike_id` UNIQUE (`district_id`, `strike_id`),
  CONSTRAINT `contests_check_1` CHECK (state IN ('asked','upheld','lifted'))
);
CREATE INDEX `contests_by_district_id_commitment_id` ON `contests` (`district_id`, `commitment_id`);
CREATE INDEX `contests_by_district_id_state_decide_by` ON `contests` (`district_id`, `state`, `decide_by`);
