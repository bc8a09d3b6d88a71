-- +goose Up
CREATE TABLE `orders` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `year` INT NOT NULL DEFAULT 0,
  `number` INT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `on` INT NOT NULL DEFAULT 0,
  `reply_by` INT NOT NULL DEFAULT 0,
  `why` VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `orders_district_id_year_number` (`district_id`, `year`, `number`),
  KEY `orders_by_district_id_commitment_id` (`district_id`, `commitment_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
