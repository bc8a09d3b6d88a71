-- +goose Up
CREATE TABLE `extensions` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `from_on` INT NOT NULL DEFAULT 0,
  `to_on` INT NOT NULL DEFAULT 0,
  `reason` MEDIUMTEXT NOT NULL,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  KEY `extensions_by_district_id_commitment_id` (`district_id`, `commitment_id`),
  CONSTRAINT `extensions_check_1` CHECK (state IN ('asked','granted','denied'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
