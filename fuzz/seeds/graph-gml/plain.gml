graph [ directed 0 node [ id 1 label "a" ] node [ id 2 label "b&amp;" ] edge [ source 1 target 2 weight 0.5 ] ]
