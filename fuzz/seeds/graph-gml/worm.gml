graph [
  directed 0
  multigraph 1
  fascicle "{&quot;quantity&quot;:&quot;weight&quot;,&quot;layers&quot;:[{&quot;name&quot;:&quot;chemical&quot;,&quot;directed&quot;:false},{&quot;name&quot;:&quot;electrical&quot;,&quot;directed&quot;:false}],&quot;provenance&quot;:{}}"
  node [
  id 0
  label "AWAL"
  kind "sensory"
  x 1.5
  ]
  node [
  id 1
  label "AIYL"
  kind "interneuron"
  ]
  node [
  id 2
  label "AIYR"
  kind "interneuron"
  fascicle "{&quot;glia&quot;:false}"
  ]
  edge [
  source 0
  target 1
  weight 3.0
  layer "chemical"
  sign -1
  ]
  edge [
  source 0
  target 1
  weight 1.5
  layer "chemical"
  ]
  edge [
  source 1
  target 2
  weight 2.0
  layer "electrical"
  ]
  edge [
  source 1
  target 2
  weight 2.0
  layer "electrical"
  ]
  edge [
  source 2
  target 2
  weight 0.25
  layer "chemical"
  ]
]
