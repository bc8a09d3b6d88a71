-- +goose Up
CREATE TABLE `group_projects` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `group_id` BIGINT NOT NULL DEFAULT 0,
  `project_id` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `group_id`, `project_id`),
  KEY `group_projects_by_district_id_project_id` (`district_id`, `project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
