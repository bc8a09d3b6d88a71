-- +goose Up
CREATE TABLE `prospects` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `enterprise` VARCHAR(191) NOT NULL DEFAULT '',
  `likeness` VARCHAR(191) NOT NULL DEFAULT '',
  `amount` BIGINT NOT NULL DEFAULT 0,
  `contact` VARCHAR(191) NOT NULL DEFAULT '',
  `entered_by` BIGINT NOT NULL DEFAULT 0,
  `source_unit_id` BIGINT NOT NULL DEFAULT 0,
  `first_unit_id` BIGINT NOT NULL DEFAULT 0,
  `unit_id` BIGINT NOT NULL DEFAULT 0,
  `due_at` BIGINT NOT NULL DEFAULT 0,
  `answered_at` BIGINT NOT NULL DEFAULT 0,
  `moves` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `created_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `prospects_district_id_commitment_id` (`district_id`, `commitment_id`),
  KEY `prospects_by_district_id_likeness` (`district_id`, `likeness`),
  KEY `prospects_by_district_id_created_at` (`district_id`, `created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
