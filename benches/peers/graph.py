"""Measures, paths and communities of graphs beside igraph, rustworkx and networkx: the same graphs, one run, ratios.

    pip install igraph rustworkx networkx numpy
    python graph.py                the size of a larva's brain (1,240 nodes, 32,324 edges), one thread each
    python graph.py --large        the size of a fly's brain (139,255 nodes, 15 million edges), all threads; minutes, 5 GB

Fascicle's side are the examples `measures`, `paths` and `communities` of fascicle-graph, built by cargo first (or taken
from `--examples DIR`). A ratio above 1 says that fascicle is faster.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

import igraph
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Table:
    """Times by measure and library, in milliseconds."""

    def __init__(self, rounds):
        self.rounds, self.times = rounds, {}

    def put(self, measure, library, milliseconds):
        self.times.setdefault(measure, {})[library] = milliseconds

    def time(self, library, measure, run):
        least = float("inf")
        for _ in range(self.rounds):
            start = time.perf_counter()
            run()
            least = min(least, time.perf_counter() - start)
        self.put(measure, library, least * 1e3)

    def show(self):
        print(f"{'':44}{'fascicle':>12}  the others (ms, and how many times slower)")
        for measure, times in self.times.items():
            ours = times.pop("fascicle", None)
            if ours is None or not times:
                continue
            others = "  ".join(f"{name} {t:,.1f} ({t / ours:.1f}x)" for name, t in times.items())
            print(f"{measure:44}{ours:12,.2f}  {others}", flush=True)


def ours(table, folder, name, arguments, threads):
    """Runs one example and takes its JSON lines."""
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)} if threads else dict(os.environ)
    run = subprocess.run([folder / name, *map(str, arguments)], check=True, capture_output=True, text=True, env=environment)
    for line in map(json.loads, run.stdout.splitlines()):
        if "measure" in line:
            table.put(line["measure"], "fascicle", line["milliseconds"])
        elif "peak megabytes so far" in line:
            print(f"fascicle, {name}: {line['peak megabytes so far']:,.0f} MB so far")


def edges_of(path):
    rows = np.loadtxt(path)
    return rows[:, :2].astype(int), rows[:, 2]


def directed(path):
    ends, weights = edges_of(path)
    graph = igraph.Graph(n=int(ends.max()) + 1, edges=ends, directed=True)
    graph.es["weight"] = weights
    return graph


def measures(table, path, small):
    graph = directed(path)
    one = lambda measure, run: table.time("igraph", measure, run)
    one("strong components", lambda: graph.connected_components(mode="strong"))
    one("weak components", lambda: graph.connected_components(mode="weak"))
    one("core numbers", lambda: graph.coreness())
    one("PageRank", lambda: graph.pagerank(weights="weight"))
    if not small:
        return
    one("HITS", lambda: (graph.hub_score(weights="weight"), graph.authority_score(weights="weight")))
    one("eigenvector centrality", lambda: graph.eigenvector_centrality(weights="weight"))
    one("triads", graph.triad_census)
    one("reciprocity", graph.reciprocity)
    one("betweenness", graph.betweenness)
    one("betweenness of edges", graph.edge_betweenness)
    one("betweenness by length", lambda: graph.betweenness(weights="weight"))
    one("all pairs, hops", graph.distances)
    one("closeness", lambda: graph.closeness(mode="in"))
    one("closeness by length", lambda: graph.closeness(mode="in", weights="weight"))
    rustworkx_measures(table, graph)
    networkx_measures(table, graph)


def rustworkx_measures(table, graph):
    import rustworkx as rx

    # its own threads, unless it is told
    other = rx.PyDiGraph(multigraph=False)
    other.add_nodes_from(range(graph.vcount()))
    other.add_edges_from([(*edge.tuple, edge["weight"]) for edge in graph.es])
    one = lambda measure, run: table.time("rustworkx", measure, run)
    serial = {"parallel_threshold": 10**9}
    one("strong components", lambda: rx.strongly_connected_components(other))
    one("PageRank", lambda: rx.pagerank(other, weight_fn=float))
    one("betweenness", lambda: rx.digraph_betweenness_centrality(other, normalized=False, **serial))
    one("betweenness of edges", lambda: rx.digraph_edge_betweenness_centrality(other, normalized=False, **serial))
    one("all pairs, hops", lambda: rx.digraph_distance_matrix(other, **serial))
    one("closeness", lambda: rx.digraph_closeness_centrality(other, **serial))


def networkx_measures(table, graph):
    import networkx as nx

    other = nx.DiGraph()
    other.add_nodes_from(range(graph.vcount()))
    other.add_weighted_edges_from((*edge.tuple, edge["weight"]) for edge in graph.es)
    one = lambda measure, run: table.time("networkx", measure, run)
    one("clustering, directed", lambda: nx.clustering(other))
    one("clustering, directed and weighted", lambda: nx.clustering(other, weight="weight"))


def paths(table, edges, pairs):
    graph = directed(edges)
    pairs = np.loadtxt(pairs).astype(int).tolist()

    def ten(weights):
        return [graph.get_k_shortest_paths(source, to=target, k=10, weights=weights) for source, target in pairs]

    rounds, table.rounds = table.rounds, 1
    table.time("igraph", "10 shortest paths of 50 pairs by hops", lambda: ten(None))
    table.time("igraph", "10 shortest paths of 50 pairs by weights", lambda: ten("weight"))
    table.rounds = rounds


def communities(table, path):
    ends, weights = edges_of(path)
    graph = igraph.Graph(n=int(ends.max()) + 1, edges=ends)
    graph.es["weight"] = weights
    two = {"objective_function": "modularity", "weights": "weight", "n_iterations": 2}
    table.time("igraph", "louvain", lambda: graph.community_multilevel(weights="weight"))
    table.time("igraph", "leiden", lambda: graph.community_leiden(**two))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--examples", type=pathlib.Path, help="the folder of the built examples")
    options = parser.parse_args()
    folder = options.examples
    if folder is None:
        subprocess.run(["cargo", "build", "--workspace", "--examples"], cwd=ROOT, check=True)
        query = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
        metadata = json.loads(subprocess.run(query, cwd=ROOT, check=True, capture_output=True).stdout)
        folder = pathlib.Path(metadata["target_directory"]) / "debug" / "examples"
    size = ["139255", "15000000"] if options.large else ["1240", "32324"]
    threads = None if options.large else 1
    table = Table(1 if options.large else 5)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        file = scratch / "measures.txt"
        only = ["strong", "weak", "core", "PageRank"] if options.large else []
        ours(table, folder, "measures", [*size, "--edges", file, *(word for name in only for word in ("--only", name))], threads)
        measures(table, file, not options.large)
        if not options.large:
            ours(table, folder, "paths", ["--write", scratch], threads)
            paths(table, scratch / "edges.txt", scratch / "pairs.txt")
        file = scratch / "communities.txt"
        kind = "random" if options.large else "planted"
        ours(table, folder, "communities", [kind, *size, "1", file], threads)
        communities(table, file)
    table.show()
    print(f"python: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB at most")


if __name__ == "__main__":
    main()
