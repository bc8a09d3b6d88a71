-- +goose Up
CREATE TABLE `handovers` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `from_id` BIGINT NOT NULL DEFAULT 0,
  `from_unit_id` BIGINT NOT NULL DEFAULT 0,
  `to_id` BIGINT NOT NULL DEFAULT 0,
  `to_unit_id` BIGINT NOT NULL DEFAULT 0,
  `reason` TEXT NOT NULL DEFAULT '',
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` TEXT NOT NULL DEFAULT '',
  CONSTRAINT `handovers_check_1` CHECK (state IN ('asked','granted','denied'))
);
CREATE INDEX `handovers_by_district_id_commitment_id` ON `handovers` (`district_id`, `commitment_id`);
