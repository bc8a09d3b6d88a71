-- +goose Up
CREATE TABLE `group_routes` (
  `district_id` BIGINT NOT NULL DEFAULT 0,
  `group_id` BIGINT NOT NULL DEFAULT 0,
  `ord` INT NOT NULL DEFAULT 0,
  `platform` VARCHAR(16) NOT NULL DEFAULT '',
  `route` VARCHAR(16) NOT NULL DEFAULT '',
  `target` VARCHAR(191) NOT NULL DEFAULT '',
  `gone_at` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`district_id`, `group_id`, `ord`)
);
CREATE INDEX `group_routes_by_district_id_platform_route_target` ON `group_routes` (`district_id`, `platform`, `route`, `target`);
