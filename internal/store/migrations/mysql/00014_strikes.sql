-- +goose Up
CREATE TABLE `strikes` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
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
  `lifted_for` MEDIUMTEXT NOT NULL,
  `lifted_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `strikes_district_id_commitment_id_due_on` (`district_id`, `commitment_id`, `due_on`),
  KEY `strikes_by_district_id_project_id_kind_on` (`district_id`, `project_id`, `kind`, `on`),
  KEY `strikes_by_district_id_unit_id_on` (`district_id`, `unit_id`, `on`),
  CONSTRAINT `strikes_check_1` CHECK (state IN ('stands','lifted'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
