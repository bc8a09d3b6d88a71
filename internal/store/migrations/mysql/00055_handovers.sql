-- +goose Up
CREATE TABLE `handovers` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `from_id` BIGINT NOT NULL DEFAULT 0,
  `from_unit_id` BIGINT NOT NULL DEFAULT 0,
  `to_id` BIGINT NOT NULL DEFAULT 0,
  `to_unit_id` BIGINT NOT NULL DEFAULT 0,
  `reason` MEDIUMTEXT NOT NULL,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `handovers_by_district_id_commitment_id` (`district_id`, `commitment_id`),
  CONSTRAINT `handovers_check_1` CHECK (state IN ('asked','granted','denied'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
