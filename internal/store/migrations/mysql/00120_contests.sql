-- +goose Up
CREATE TABLE `contests` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `strike_id` BIGINT NOT NULL DEFAULT 0,
  `commitment_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  `reason` MEDIUMTEXT NOT NULL,
  `asked_by` BIGINT NOT NULL DEFAULT 0,
  `asked_at` BIGINT NOT NULL DEFAULT 0,
  `decide_by` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(16) NOT NULL DEFAULT '',
  `decided_by` BIGINT NOT NULL DEFAULT 0,
  `decided_at` BIGINT NOT NULL DEFAULT 0,
  `answer` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `contests_district_id_strike_id` (`district_id`, `strike_id`),
  KEY `contests_by_district_id_commitment_id` (`district_id`, `commitment_id`),
  KEY `contests_by_district_id_state_decide_by` (`district_id`, `state`, `decide_by`),
  CONSTRAINT `contests_check_1` CHECK (state IN ('asked','upheld','lifted'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
