mod distances;
mod flow;
mod k_paths;
mod k_shortest;
mod resistance;
mod simple;
