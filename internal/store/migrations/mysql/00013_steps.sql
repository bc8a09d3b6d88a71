-- +goose Up
CREATE TABLE `steps` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `due_on` INT NOT NULL DEFAULT 0,
  `name` VARCHAR(16) NOT NULL DEFAULT '',
  `before` INT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `notice` VARCHAR(64) NOT NULL DEFAULT '',
  `rectify_by` INT NOT NULL DEFAULT 0,
  `why` VARCHAR(255) NOT NULL DEFAULT '',
  `order_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `steps_district_id_commitment_id_due_on_name_before` (`district_id`, `commitment_id`, `due_on`, `name`, `before`),
  KEY `steps_by_district_id_on` (`district_id`, `on`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
