-- +goose Up
CREATE TABLE `strikes` (
  `id` INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `kind` VARCHAR(16) NOT NULL DEFAULT '',
  `trigger` VARCHAR(64) NOT NULL DEFAULT '',
  `on` INT NOT NULL DEFAULT 0,
  `rule_version` VARCHAR(32) NOT NULL DEFAULT '',
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `lifted_by` BIGINT NOT NULL DEFAULT 0,
  `lifted_for` TEXT NOT NULL DEFAULT '',
  `lifted_at` BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT `strikes_district_id_commitment_id_due_on` UNIQUE (`district_id`, `commitment_id`, `due_on`),
  CONSTRAINT `strikes_check_1` CHECK (state IN ('stands','lifted'))
);
CREATE INDEX `strikes_by_district_id_project_id_kind_on` ON `strikes` (`district_id`, `project_id`, `kind`, `on`);
CREATE INDEX `strikes_by_district_id_unit_id_on` ON `strikes` (`district_id`, `unit_id`, `on`);
